import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { NativeSelect } from '../components/ui/native-select.tsx';
import { amountText, CURRENCIES } from '../lib/money.ts';

interface AmountFieldsProps {
  amount: number | null;
  currency: string | null;
  problem: string | undefined;
}

export function AmountFields({ amount, currency, problem }: AmountFieldsProps) {
  const currencies = [...new Set([...(currency === null ? [] : [currency]), ...CURRENCIES])];
  return (
    <div className="grid grid-cols-[1fr_7rem] items-start gap-3">
      <Field label="Amount (optional)" hint="Leave empty for a barter" problem={problem}>
        {(control) => (
          <Input
            {...control}
            name="amount"
            inputMode="decimal"
            autoComplete="off"
            defaultValue={amount === null || currency === null ? '' : amountText(amount, currency)}
          />
        )}
      </Field>
      <Field label="Currency">
        {(control) => (
          <NativeSelect {...control} name="currency" defaultValue={currencies[0]}>
            {currencies.map((code) => (
              <option key={code}>{code}</option>
            ))}
          </NativeSelect>
        )}
      </Field>
    </div>
  );
}

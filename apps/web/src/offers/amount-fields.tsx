import { Select, TextField } from '../ui/field.tsx';
import { amountText, CURRENCIES } from './money.ts';

interface AmountFieldsProps {
  amount: number | null;
  currency: string | null;
  problem: string | undefined;
}

export function AmountFields({ amount, currency, problem }: AmountFieldsProps) {
  const currencies = [...new Set([...(currency === null ? [] : [currency]), ...CURRENCIES])];
  return (
    <div className="amount-fields">
      <TextField
        label="Amount (optional)"
        name="amount"
        inputMode="decimal"
        autoComplete="off"
        defaultValue={amount === null || currency === null ? '' : amountText(amount, currency)}
        hint="Leave empty for a barter"
        problem={problem}
      />
      <Select label="Currency" name="currency" defaultValue={currencies[0]}>
        {currencies.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </Select>
    </div>
  );
}

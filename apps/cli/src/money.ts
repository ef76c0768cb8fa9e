/** Amounts are integer minor units of a currency; people read and write them with a decimal point. */
export interface Money {
  amount: number;
  currency: string;
}

/** `{ amount: 18050, currency: 'EUR' }` as `180.50 EUR`. */
export function formatMoney({ amount, currency }: Money): string {
  const digits = fractionDigits(currency) ?? 2;
  const minor = String(amount).padStart(digits + 1, '0');
  const whole = digits === 0 ? minor : `${minor.slice(0, -digits)}.${minor.slice(-digits)}`;
  return `${whole} ${currency}`;
}

/** Reads `180.50 EUR` or `EUR 180.5`; undefined where it is no amount of a known currency. */
export function parseMoney(text: string): Money | undefined {
  const match = /^(?:([A-Za-z]{3})\s*(\d+)(?:\.(\d+))?|(\d+)(?:\.(\d+))?\s*([A-Za-z]{3}))$/.exec(text.trim());
  if (match === null) return undefined;
  const currency = (match[1] ?? match[6] ?? '').toUpperCase();
  const digits = fractionDigits(currency);
  const fraction = match[3] ?? match[5] ?? '';
  if (digits === undefined || fraction.length > digits) return undefined;
  const amount = Number((match[2] ?? match[4] ?? '') + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(amount) ? { amount, currency } : undefined;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

function fractionDigits(currency: string): number | undefined {
  if (!currencies.has(currency)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}

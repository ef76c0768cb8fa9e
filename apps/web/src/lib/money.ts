/** Amounts are integer minor units of a currency, whose number of digits the platform knows. */

export const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'BRL', 'INR', 'NGN', 'TRY'] as const;

/** `€180.00` */
export function formatAmount(amount: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount / unit(currency));
}

/** As it is written in a field: `180.00`. */
export function amountText(amount: number, currency: string): string {
  return (amount / unit(currency)).toFixed(digits(currency));
}

/** Null where it is no amount, or finer than the currency. */
export function parseAmount(text: string, currency: string): number | null {
  const match = /^(\d+)(?:[.,](\d+))?$/.exec(text.replaceAll(/[\s’']/g, ''));
  if (match === null) return null;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > digits(currency)) return null;
  const amount = Number(whole + fraction.padEnd(digits(currency), '0'));
  return Number.isSafeInteger(amount) ? amount : null;
}

function unit(currency: string): number {
  return 10 ** digits(currency);
}

function digits(currency: string): number {
  const options = { style: 'currency', currency } as const;
  return new Intl.NumberFormat(undefined, options).resolvedOptions().maximumFractionDigits ?? 2;
}

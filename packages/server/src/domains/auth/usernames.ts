/** What makes a username unique, and what people are sorted by: no two differ by case or by form of letters only. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase();

/** Who is calling, from the connection's verified token and never from input. */
export interface Caller {
  readonly id: string;
  readonly username: string;
  readonly avatar: string | null;
}

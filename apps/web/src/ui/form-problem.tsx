/** What is wrong with a whole form; the region is always there, so that it is read out when it fills. */
export function FormProblem({ text }: { text: string | undefined }) {
  return (
    <div role="alert" className="form-problem">
      {text !== undefined && <p className="note note-danger">{text}</p>}
    </div>
  );
}

/** Where what floats belongs: the dialog that is open, or else the page's main part, so that it is within a landmark. */
export function landmark(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[role=dialog]') ?? document.querySelector('main');
}

// As long as `expect.poll`: a second is not much on a machine that has other things to do.
if (globalThis.document !== undefined) {
  const { configure } = await import('@testing-library/dom');
  configure({ asyncUtilTimeout: 15_000 });
}

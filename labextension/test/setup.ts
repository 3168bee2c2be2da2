// What JupyterLab's packages ask of a browser when they are loaded, and jsdom has not.
class DragEventOfJsdom extends MouseEvent {}

// without a clipboard JupyterLab's code says so on the console
Object.assign(navigator, { clipboard: { writeText: () => Promise.resolve() } });

Object.assign(globalThis, {
  DragEvent: DragEventOfJsdom,
  requestIdleCallback: (callback: () => void) => setTimeout(callback, 0),
  matchMedia: (media: string) => ({ matches: false, media, addListener: () => undefined }),
  IS_REACT_ACT_ENVIRONMENT: true
});

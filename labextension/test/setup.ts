// What JupyterLab's packages ask of a browser when they are loaded, and jsdom has not.
class DragEventOfJsdom extends MouseEvent {}

Object.assign(globalThis, {
  DragEvent: DragEventOfJsdom,
  matchMedia: (media: string) => ({ matches: false, media, addListener: () => undefined }),
  IS_REACT_ACT_ENVIRONMENT: true
});

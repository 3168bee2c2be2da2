import { Widget } from '@lumino/widgets';
import React, { useLayoutEffect, useRef, useState } from 'react';

/** What a widget draws, from where it is shown until it is not. */
export function Drawn(props: { make: () => Widget; fallback: string }): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const make = useRef(props.make);
  const [failed, setFailed] = useState(false);
  // before the browser paints and before React takes the host away: a widget must be attached to be detached
  useLayoutEffect(() => {
    if (!host.current?.isConnected) {
      return;
    }
    let widget: Widget | null = null;
    try {
      widget = make.current();
      Widget.attach(widget, host.current);
    } catch {
      setFailed(true); // a stranger's output may have any shape
    }
    return () => widget?.dispose();
  }, []);
  return failed ? <pre>{props.fallback}</pre> : <div ref={host} className="jp-Repo-diffDrawn" />;
}

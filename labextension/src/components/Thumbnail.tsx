import React, { useState } from 'react';
import { IThing } from '../documents/things';
import { usePanel } from './context';

/** The address of a picture in base64: PNG begins with iVBOR in base64, JPEG does not. */
export function pictureUrl(base64: string): string {
  return `data:image/${base64.startsWith('iVBOR') ? 'png' : 'jpeg'};base64,${base64}`;
}

/** The picture of a thing's latest version; nothing where it can't be had. */
export function Thumbnail(props: { thing: IThing; large?: boolean }): React.JSX.Element | null {
  const { model } = usePanel();
  const { thing, large } = props;
  const [failed, setFailed] = useState(false);
  if (failed) {
    return null;
  }
  return (
    <img
      className={`jp-Repo-thumbnail ${large ? 'jp-mod-large' : ''}`}
      alt=""
      loading="lazy"
      src={model.api.thumbnailUrl(thing)}
      onError={() => setFailed(true)}
    />
  );
}

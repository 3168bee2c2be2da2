import {
  fileIcon,
  LabIcon,
  lockIcon,
  linkIcon,
  notebookIcon,
  pythonIcon,
  usersIcon
} from '@jupyterlab/ui-components';
import condaSvg from '../style/icons/conda.svg';
import diffSvg from '../style/icons/diff.svg';
import environmentSvg from '../style/icons/environment.svg';
import repoSvg from '../style/icons/repo.svg';
import starSvg from '../style/icons/star.svg';
import starredSvg from '../style/icons/starred.svg';
import { Kind, Visibility } from './documents/things';

export const repoIcon = new LabIcon({ name: 'jupyter-repo:repo', svgstr: repoSvg });
export const starIcon = new LabIcon({ name: 'jupyter-repo:star', svgstr: starSvg });
export const starredIcon = new LabIcon({ name: 'jupyter-repo:starred', svgstr: starredSvg });
export const condaIcon = new LabIcon({ name: 'jupyter-repo:conda', svgstr: condaSvg });
export const diffIcon = new LabIcon({ name: 'jupyter-repo:diff', svgstr: diffSvg });
export const environmentIcon = new LabIcon({
  name: 'jupyter-repo:environment',
  svgstr: environmentSvg
});

/** The icon of each kind of thing. */
export const KIND_ICONS: Record<Kind, LabIcon> = {
  ipynb: notebookIcon,
  env: environmentIcon,
  conda: condaIcon,
  pypi: pythonIcon,
  file: fileIcon
};

/** The icon of each access but public, which goes without saying. */
export const ACCESS_ICONS: Record<Exclude<Visibility, 'public'>, LabIcon> = {
  authenticated: usersIcon,
  unlisted: linkIcon,
  private: lockIcon
};

/** Links to what a run belongs to. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

type Props = { readonly name: string; readonly children?: ReactNode };

// Each of these screens is a folder of its own: its address is all that is known of it here.
const linkTo = (to: string, param: string) =>
  function ScreenLink({ name, children }: Props) {
    return (
      <Link to={to} params={{ [param]: name }}>
        {children ?? name}
      </Link>
    );
  };

export const LaneLink = linkTo('/lanes/$lane', 'lane');
export const TargetLink = linkTo('/targets/$target', 'target');
export const PipelineLink = linkTo('/pipelines/$pipeline', 'pipeline');

/** Moves a waiting run: a higher priority goes first. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PRIORITY_MAX } from '../../../core/request-limits.ts';
import { useClient } from '../../app/context.tsx';
import { sentenceOf } from '../../parts/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';

type PriorityProps = {
  readonly lane: string;
  readonly runId: string;
  readonly value: number;
};

export function Priority({ lane, runId, value }: PriorityProps) {
  const client = useClient();
  const queries = useQueryClient();
  const move = useMutation({
    mutationFn: (priority: number) => client.patchRun(runId, { priority }),
    // Also after a failure: the run may have got its place meanwhile.
    onSettled: () => queries.invalidateQueries({ queryKey: ['lanes', lane] }),
  });
  const to = (priority: number): void =>
    move.mutate(priority, {
      onSuccess: () =>
        toast({
          text: `${runId} has priority ${priority}.`,
          action: {
            label: 'Undo',
            run: () =>
              void client
                .patchRun(runId, { priority: value })
                .then(() => queries.invalidateQueries({ queryKey: ['lanes', lane] }))
                .catch((error: unknown) => toast({ text: sentenceOf(error), tone: 'problem' })),
          },
        }),
      onError: (error) => toast({ text: sentenceOf(error), tone: 'problem' }),
    });
  return (
    <span className="lane-priority">
      <Button
        aria-label={`Lower the priority of ${runId}`}
        isDisabled={value <= 0 || move.isPending}
        onPress={() => to(value - 1)}
      >
        <span aria-hidden="true">−</span>
      </Button>
      <span>{value}</span>
      <Button
        aria-label={`Raise the priority of ${runId}`}
        isDisabled={value >= PRIORITY_MAX || move.isPending}
        onPress={() => to(value + 1)}
      >
        <span aria-hidden="true">+</span>
      </Button>
    </span>
  );
}

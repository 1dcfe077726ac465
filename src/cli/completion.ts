/** `completion`: what makes a shell complete commands, options and their values. */
import suggestions from '@bomb.sh/tab';
import addSuggestions from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** That of the library would evaluate what is typed, and needs a package that not every bash has. */
const BASH = `# bash completion for sluice
__sluice_complete() {
  local line current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    case $line in
      :*) ;;
      "$current"*) COMPREPLY+=("$line") ;;
    esac
  done < <(sluice complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F __sluice_complete sluice
`;

/** Adds the command, and the hidden one that the shells ask; all others have to be there. */
export function addCompletion(program: Command, terminal: Terminal): void {
  addSuggestions(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary('print what completes these commands in a shell')
    .action((shell: string) => {
      if (shell === 'bash') terminal.out(BASH);
      else suggestions.setup('sluice', 'sluice', shell);
    });
}

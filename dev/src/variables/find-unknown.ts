import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { closest, distance } from 'fastest-levenshtein'
import { isSurrounding } from '../passed-variables.ts'
import { root } from '../repository.ts'

/** How many letters a misspelt name may be wrong by, to be taken for another. */
const maxTypos = 2

/** The names of all variables that the platform reads: those of `.env.example`. */
export function readKnownVariables(): string[] {
  const example = readFileSync(join(root, '.env.example'), 'utf8')
  return [...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? '')
}

/**
 * Names that are set and that nothing reads, a sentence each. In `.env` that is every unknown one; of the shell, which is
 * full of other programs' variables, only those that look like one of ours misspelt.
 */
export function findUnknown(
  known: readonly string[],
  names: { dotEnv: readonly string[]; shell: readonly string[] },
): string[] {
  const isKnown = (name: string) => known.includes(name) || isSurrounding(name) || name.startsWith('AWS_')
  const ofDotEnv = names.dotEnv.filter((name) => !isKnown(name) || isTypo(known, name))
  const ofShell = names.shell.filter((name) => !names.dotEnv.includes(name) && isTypo(known, name))
  return [
    ...ofDotEnv.map((name) => tell('.env', name, known)),
    ...ofShell.map((name) => tell('The shell', name, known)),
  ]
}

/** Names of one word are near one another by chance: HOSTNAME is no HOST_NAMES. */
function isTypo(known: readonly string[], name: string): boolean {
  return name.includes('_') && !known.includes(name) && distance(name, closest(name, known)) <= maxTypos
}

function tell(where: string, name: string, known: readonly string[]): string {
  const guess = distance(name, closest(name, known)) <= maxTypos ? ` Did you mean ${closest(name, known)}?` : ''
  return `${where} sets ${name}, which nothing reads.${guess}`
}

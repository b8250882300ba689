import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { closest, distance } from 'fastest-levenshtein'
import { root } from '../stack/repository.ts'
import { isSystemVariable } from './passed-variables.ts'

/** Maximum edit distance of a misspelt name. */
const maxTypos = 2

/** The variables that the platform reads, from `.env.example`. */
export function readKnownVariables(): string[] {
  const example = readFileSync(join(root, '.env.example'), 'utf8')
  return [...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? '')
}

/**
 * A sentence for each variable that is set and never read. In `.env` this is every unknown name; in the shell, which contains other
 * programs' variables, only likely misspellings of ours.
 */
export function findUnknown(
  known: readonly string[],
  names: { dotEnv: readonly string[]; shell: readonly string[] },
): string[] {
  const isKnown = (name: string) => known.includes(name) || isSystemVariable(name) || name.startsWith('AWS_')
  const ofDotEnv = names.dotEnv.filter((name) => !isKnown(name) || isTypo(known, name))
  const ofShell = names.shell.filter((name) => !names.dotEnv.includes(name) && isTypo(known, name))
  return [
    ...ofDotEnv.map((name) => describe('.env', name, known)),
    ...ofShell.map((name) => describe('The shell', name, known)),
  ]
}

/** Short names without `_` are similar by chance: HOSTNAME is not a misspelt HOST_NAMES. */
function isTypo(known: readonly string[], name: string): boolean {
  return name.includes('_') && !known.includes(name) && distance(name, closest(name, known)) <= maxTypos
}

function describe(where: string, name: string, known: readonly string[]): string {
  const guess = distance(name, closest(name, known)) <= maxTypos ? ` Did you mean ${closest(name, known)}?` : ''
  return `${where} sets ${name}, which nothing reads.${guess}`
}

/** What a mutation testing report says of each mutant; the format is `mutation-testing-report-schema`. */
export interface MutationReport {
  files: Readonly<Record<string, { source: string; mutants: readonly Mutant[] }>>
}

interface Mutant {
  status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'CompileError' | 'RuntimeError' | 'Pending'
  mutatorName: string
  replacement?: string
  location: { start: { line: number } }
}

/** How many mutants the tests noticed. */
export interface MutationScore {
  /** Percent of the mutants that ran or that no test covers, with one decimal. */
  score: string
  killed: number
  /** `path:line  mutator: replacement`, by path and line. */
  survivors: string[]
}

/** The score of a report. A mutant that makes a test wait for ever is noticed too; one that does not compile counts nowhere. */
export function scoreOf({ files }: MutationReport): MutationScore {
  const mutants = Object.entries(files).flatMap(([path, file]) => file.mutants.map((mutant) => ({ path, mutant })))
  const killed = mutants.filter(({ mutant }) => mutant.status === 'Killed' || mutant.status === 'Timeout').length
  const survivors = mutants.filter(({ mutant }) => mutant.status === 'Survived' || mutant.status === 'NoCoverage')
  const total = killed + survivors.length
  return {
    score: total === 0 ? '0.0' : ((killed / total) * 100).toFixed(1),
    killed,
    survivors: survivors
      .sort((one, other) => placeOf(one) - placeOf(other))
      .sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0))
      .map(({ path, mutant }) => `${path}:${mutant.location.start.line}  ${mutant.mutatorName}: ${oneLine(mutant)}`),
  }
}

function placeOf({ mutant }: { mutant: Mutant }): number {
  return mutant.location.start.line
}

function oneLine({ replacement = '', status }: Mutant): string {
  const text = replacement.replaceAll(/\s+/g, ' ')
  return `${text.length > 80 ? `${text.slice(0, 79)}…` : text}${status === 'NoCoverage' ? ' (no test)' : ''}`
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter } from '../report.ts'
import type { Stack } from '../start-stack.ts'
import type { SeasonRehearsal } from './load-season.ts'
import { programme } from './programme.ts'
import { venues } from './venues.ts'

interface Progress {
  /** The day from which the programme counts. */
  from: string
  isLoaded: boolean
  /** The events, by slug, that are on sale. */
  done: string[]
  /** Once it is on sale. */
  rehearsal?: SeasonRehearsal
}

/**
 * Puts the demo season on sale, once per stack, as soon as the `client` is there. A load that was interrupted is
 * taken up where it was left; one that fails is told, and leaves the platform running. At every start the open rehearsal has a
 * performance with open doors.
 */
export async function ensureSeason(stack: Stack, client: Promise<void>, report: Reporter): Promise<void> {
  const { stateDir, embedded, services, started } = stack.settings
  if (started.length < services.length) return
  const file = join(stateDir, 'season.json')
  const progress: Progress = { from: new Date().toISOString(), isLoaded: false, done: [], ...readProgress(file) }
  if (!embedded.cognito) {
    if (progress.isLoaded) return
    report.line('No demo season: it needs the demo accounts, and this stack uses your own user pool.')
    return
  }
  keepProgress(file, progress)
  try {
    await report.during('the SDK is generated', client)
    // Not before: what it is made of may have been generated just now.
    const { loadSeason, reopenRehearsal } = await import('./load-season.ts')
    if (progress.isLoaded && progress.rehearsal) return await reopenRehearsal(stack.graphUrl, progress.rehearsal)
    const loading = loadSeason({
      graphUrl: stack.graphUrl,
      from: new Date(progress.from),
      done: [...progress.done],
      onDone(slug) {
        progress.done.push(slug)
        keepProgress(file, progress)
      },
    })
    await report.during(() => `a season is put on sale: ${progress.done.length} of ${programme.length} events`, loading)
    keepProgress(file, { ...progress, isLoaded: true, rehearsal: await loading })
    report.done(`a season is on sale: ${programme.length} events in ${Object.keys(venues).length} houses`)
  } catch (error) {
    report.warn(
      'season',
      `is not on sale, or only in part; the next start goes on with it: ${(error as Error).message}`,
    )
  }
}

function readProgress(file: string): Partial<Progress> | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function keepProgress(file: string, progress: Progress): void {
  writeFileSync(file, `${JSON.stringify(progress, null, 2)}\n`)
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter } from '../processes/reporter.ts'
import type { Stack } from '../stack/start-stack.ts'
import type { SeedRehearsal } from './load-seed-data.ts'
import { seedEvents } from './seed-events.ts'
import { seedVenues } from './seed-venues.ts'

interface Progress {
  /** The day that the dates of the events count from. */
  from: string
  isLoaded: boolean
  /** The slugs of the events that are on sale. */
  done: string[]
  rehearsal?: SeedRehearsal
}

/**
 * Puts the demo events on sale, once per stack, as soon as `client` is generated. An interrupted load is continued at the next start; a
 * failure is reported and does not stop the platform. Every start ensures a performance with open doors.
 */
export async function ensureSeedData(stack: Stack, client: Promise<void>, report: Reporter): Promise<void> {
  const { stateDir, embedded, services, started } = stack.settings
  if (started.length < services.length) return
  const file = join(stateDir, 'season.json')
  const progress: Progress = { from: new Date().toISOString(), isLoaded: false, done: [], ...readProgress(file) }
  if (!embedded.cognito) {
    if (progress.isLoaded) return
    report.line('No demo events: they need the demo accounts, but this stack uses your own user pool.')
    return
  }
  saveProgress(file, progress)
  try {
    await report.during('the SDK is generated', client)
    // Imported late, because the generated client may not have existed before.
    const { loadSeedData, reopenRehearsal } = await import('./load-seed-data.ts')
    if (progress.isLoaded && progress.rehearsal) return await reopenRehearsal(stack.graphUrl, progress.rehearsal)
    const loading = loadSeedData({
      graphUrl: stack.graphUrl,
      from: new Date(progress.from),
      done: [...progress.done],
      onDone(slug) {
        progress.done.push(slug)
        saveProgress(file, progress)
      },
    })
    await report.during(() => `demo events go on sale: ${progress.done.length} of ${seedEvents.length}`, loading)
    saveProgress(file, { ...progress, isLoaded: true, rehearsal: await loading })
    report.done(`demo events are on sale: ${seedEvents.length} at ${Object.keys(seedVenues).length} venues`)
  } catch (error) {
    report.warn(
      'seed',
      `demo events are not on sale, or not all; the next start continues: ${(error as Error).message}`,
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

function saveProgress(file: string, progress: Progress): void {
  writeFileSync(file, `${JSON.stringify(progress, null, 2)}\n`)
}

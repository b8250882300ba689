import type { RunContext, RunningProcess } from './run-process.ts'
import type { Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'

/** What is shared by everything that helps a stack to start. */
export interface Starting extends RunContext {
  settings: Settings
  secrets: Secrets
  processes: Map<string, RunningProcess>
}

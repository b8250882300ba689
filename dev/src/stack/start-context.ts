import type { RunContext, RunningProcess } from '../processes/run-process.ts'
import type { Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'

/** Shared by all steps that start a stack. */
export interface StartContext extends RunContext {
  settings: Settings
  secrets: Secrets
  processes: Map<string, RunningProcess>
}

import { fileURLToPath } from 'node:url'
import { isPostgresReady } from './databases.ts'
import { cognitoEndpoint, cognitoPartEnvironment, mailboxEnvironment, postgresEnvironment } from './environment.ts'
import { isOk } from './is-ok.ts'
import { type ProcessSpec, runProcess } from './run-process.ts'
import { portOf } from './settings.ts'
import type { Starting } from './starting.ts'

/** Starts the embedded Postgres and waits until it takes connections, unless every service has a database elsewhere. */
export async function startPostgres(starting: Starting): Promise<void> {
  const { settings, secrets } = starting
  if (!settings.embedded.postgres || settings.isJoining) return
  const isReady = () => isPostgresReady(settings, secrets)
  await startPart(starting, { name: 'postgres', env: postgresEnvironment(settings, secrets), isReady })
}

/** Starts the embedded Cognito and waits until it answers, unless a pool is named. */
export async function startCognito(starting: Starting): Promise<void> {
  const { settings } = starting
  if (!settings.embedded.cognito || settings.isJoining) return
  const isReady = () => isOk(`${cognitoEndpoint(settings)}/health`)
  await startPart(starting, { name: 'cognito', env: cognitoPartEnvironment(settings), isReady })
}

/** Starts the embedded mailbox and waits until it answers, unless mail goes elsewhere. */
export async function startMailbox(starting: Starting): Promise<void> {
  const { settings } = starting
  if (!settings.embedded.mailbox || settings.isJoining) return
  const isReady = () => isOk(`http://127.0.0.1:${portOf(settings, 'mailbox')}/api/healthz`)
  await startPart(starting, { name: 'mailbox', env: mailboxEnvironment(settings), isReady })
}

async function startPart(starting: Starting, part: Omit<ProcessSpec, 'script'>): Promise<void> {
  const script = fileURLToPath(new URL(`./parts/${part.name}.ts`, import.meta.url))
  const running = runProcess(starting, { ...part, script })
  starting.processes.set(part.name, running)
  await starting.report.during(`${part.name} starts`, running.ready())
  starting.report.done(`${part.name} is ready on port ${portOf(starting.settings, part.name)}`)
}

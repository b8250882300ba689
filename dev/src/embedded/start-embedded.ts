import { fileURLToPath } from 'node:url'
import { isPostgresReady } from '../databases/create-databases.ts'
import { isOk } from '../processes/is-ok.ts'
import { type ProcessSpec, runProcess } from '../processes/run-process.ts'
import {
  cognitoEndpoint,
  cognitoServerEnvironment,
  mailboxEnvironment,
  postgresEnvironment,
} from '../stack/environment.ts'
import { portOf } from '../stack/settings.ts'
import type { StartContext } from '../stack/start-context.ts'

/** Starts the embedded Postgres and waits until it accepts connections, unless all databases are external. */
export async function startPostgres(ctx: StartContext): Promise<void> {
  const { settings, secrets } = ctx
  if (!settings.embedded.postgres || settings.isJoining) return
  const isReady = () => isPostgresReady(settings, secrets)
  await startEmbedded(ctx, { name: 'postgres', env: postgresEnvironment(settings, secrets), isReady })
}

/** Starts the embedded Cognito and waits until it answers, unless an external pool is configured. */
export async function startCognito(ctx: StartContext): Promise<void> {
  const { settings } = ctx
  if (!settings.embedded.cognito || settings.isJoining) return
  const isReady = () => isOk(`${cognitoEndpoint(settings)}/health`)
  await startEmbedded(ctx, { name: 'cognito', env: cognitoServerEnvironment(settings), isReady })
}

/** Starts the embedded mailbox and waits until it answers, unless an external SMTP server is configured. */
export async function startMailbox(ctx: StartContext): Promise<void> {
  const { settings } = ctx
  if (!settings.embedded.mailbox || settings.isJoining) return
  const isReady = () => isOk(`http://127.0.0.1:${portOf(settings, 'mailbox')}/api/healthz`)
  await startEmbedded(ctx, { name: 'mailbox', env: mailboxEnvironment(settings), isReady })
}

async function startEmbedded(ctx: StartContext, service: Omit<ProcessSpec, 'script'>): Promise<void> {
  const script = fileURLToPath(new URL(`./${service.name}.ts`, import.meta.url))
  const running = runProcess(ctx, { ...service, script })
  ctx.processes.set(service.name, running)
  await ctx.report.during(`${service.name} starts`, running.ready())
  ctx.report.done(`${service.name} is ready on port ${portOf(ctx.settings, service.name)}`)
}

import { join } from 'node:path'
import { demoAccounts, demoPassword } from '../embedded/accounts.ts'
import { postgresDirectory } from '../embedded/postgres-files.ts'
import { isPassedTo, isSystemVariable } from '../variables/passed-variables.ts'
import { root } from './repository.ts'
import type { Secrets } from './secrets.ts'
import { portVariable, type Service } from './services.ts'
import { databaseVariable, hasDatabase, portOf, type Settings } from './settings.ts'

/** The variables of a process. */
export type Environment = Record<string, string>

/** Ids of the embedded pool. Fixed, so that examples and tools keep working after a reset. */
export const embeddedPool = { poolId: 'eu-west-1_Tikitu', clientId: 'tikitu0embedded0client0000' } as const

/** The variables of a service: addresses, its own secrets, and the user's variables that it reads. */
export function serviceEnvironment(settings: Settings, secrets: Secrets, service: Service): Environment {
  const own = hasDatabase(service)
    ? subgraphEnvironment(settings, secrets, service)
    : gatewayEnvironment(settings, secrets)
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    APOLLO_TELEMETRY_DISABLED: '1',
    PUBLIC_URL: `http://localhost:${portOf(settings, 'gateway')}`,
    ...urlsOf(settings),
    ...own,
    [portVariable(service)]: String(portOf(settings, service.name)),
    ...passedTo(settings, service),
  }
}

/** The variables of the embedded Postgres. */
export function postgresEnvironment(settings: Settings, secrets: Secrets): Environment {
  return {
    ...inherited(settings),
    TIKITU_POSTGRES_DIRECTORY: postgresDirectory(settings.stateDir),
    TIKITU_POSTGRES_PORT: String(portOf(settings, 'postgres')),
    TIKITU_POSTGRES_PASSWORD: secrets('postgres'),
  }
}

/** The variables of the embedded Cognito, which mails its codes. */
export function cognitoServerEnvironment(settings: Settings): Environment {
  return {
    ...inherited(settings),
    ...cognitoClientEnvironment(settings),
    TIKITU_COGNITO_DIRECTORY: join(settings.stateDir, 'cognito'),
    TIKITU_COGNITO_PORT: String(portOf(settings, 'cognito')),
    TIKITU_COGNITO_ENDPOINT: cognitoEndpoint(settings),
    ...mailEnvironment(settings),
  }
}

/** The variables of the embedded mailbox. */
export function mailboxEnvironment(settings: Settings): Environment {
  return {
    ...inherited(settings),
    TIKITU_MAILBOX_DIRECTORY: join(settings.stateDir, 'mail'),
    TIKITU_SMTP_PORT: String(portOf(settings, 'smtp')),
    TIKITU_MAILBOX_PORT: String(portOf(settings, 'mailbox')),
  }
}

/** The URL of a service's database. */
export function databaseUrl(settings: Settings, secrets: Secrets, service: Service): string {
  const password = encodeURIComponent(secrets(`${service.name} role`))
  const userEnv = settings.userEnv[databaseVariable(service)]
  return userEnv ?? `postgres://${service.name}:${password}@127.0.0.1:${portOf(settings, 'postgres')}/${service.name}`
}

/** The URL of a service for processes on this machine. */
export function serviceUrl(settings: Settings, service: Service): string {
  return settings.userEnv[`${service.prefix}_SERVICE_URL`] ?? `http://127.0.0.1:${portOf(settings, service.name)}`
}

/** The URL of the embedded Cognito. */
export function cognitoEndpoint(settings: Settings): string {
  return `http://127.0.0.1:${portOf(settings, 'cognito')}`
}

/** The services that hand out URLs of files. */
const fileServices = ['booking', 'partner']

function subgraphEnvironment(settings: Settings, secrets: Secrets, service: Service): Environment {
  return {
    [databaseVariable(service)]: databaseUrl(settings, secrets, service),
    [`${service.prefix}_REQUEST_KEYS`]: requestKeys(secrets, service),
    [`${service.prefix}_SERVICE_KEY_FILE`]: join(settings.stateDir, 'keys', `${service.name}.json`),
    ...(fileServices.includes(service.name)
      ? { [`${service.prefix}_FILE_KEYS`]: `dev:${secrets(`${service.name} files`)}` }
      : {}),
    ...(service.name === 'partner' ? { PARTNER_FILES_FOLDER: join(settings.stateDir, 'files') } : {}),
    ...(service.name === 'user' ? cognitoClientEnvironment(settings) : {}),
    ...(service.name === 'notification' ? mailEnvironment(settings) : {}),
    ...(service.name === 'payment' ? { SANDBOX_WEBHOOK_SECRETS: secrets('payment sandbox webhook') } : {}),
  }
}

function gatewayEnvironment(settings: Settings, secrets: Secrets): Environment {
  const keyed = settings.services.filter(hasDatabase)
  const accounts = demoAccounts.map(({ email }) => `${email}:${demoPassword}`)
  return {
    GATEWAY_EXPLORER_TABS_FILE: join(root, 'docs', 'buy-a-ticket.md'),
    ...Object.fromEntries(keyed.map((service) => [`${service.prefix}_REQUEST_KEYS`, requestKeys(secrets, service)])),
    ...(settings.embedded.cognito ? { ...poolEnvironment(settings), GATEWAY_DEMO_ACCOUNTS: accounts.join(',') } : {}),
  }
}

function requestKeys(secrets: Secrets, service: Service): string {
  return `dev:${secrets(`${service.name} requests`)}`
}

function urlsOf(settings: Settings): Environment {
  const reached = settings.services.filter(hasDatabase)
  return Object.fromEntries(reached.map((service) => [`${service.prefix}_SERVICE_URL`, serviceUrl(settings, service)]))
}

function mailEnvironment(settings: Settings): Environment {
  return {
    SMTP_URL: settings.userEnv.SMTP_URL ?? `smtp://127.0.0.1:${portOf(settings, 'smtp')}`,
    MAIL_FROM: settings.userEnv.MAIL_FROM ?? 'Tikitu <tickets@tikitu.example>',
  }
}

/** The AWS SDK needs credentials, although nobody checks them here. */
function cognitoClientEnvironment(settings: Settings): Environment {
  if (!settings.embedded.cognito) return {}
  return { ...poolEnvironment(settings), AWS_ACCESS_KEY_ID: 'embedded', AWS_SECRET_ACCESS_KEY: 'embedded' }
}

function poolEnvironment(settings: Settings): Environment {
  const endpoint = cognitoEndpoint(settings)
  return {
    AWS_REGION: 'eu-west-1',
    AWS_COGNITO_USER_POOL_ID: embeddedPool.poolId,
    AWS_COGNITO_CLIENT_ID: embeddedPool.clientId,
    AWS_COGNITO_ISSUER: `${endpoint}/${embeddedPool.poolId}`,
    AWS_COGNITO_ENDPOINT: endpoint,
  }
}

/** The user's variables that any program may need, without those of our services. */
function inherited(settings: Settings): Environment {
  return Object.fromEntries(Object.entries(settings.userEnv).filter(([name]) => isSystemVariable(name)))
}

/** The user's variables that a service reads. The embedded Cognito gets no keys of an AWS account. */
function passedTo(settings: Settings, service: Service): Environment {
  const isForeign = (name: string) => settings.embedded.cognito && service.name === 'user' && name.startsWith('AWS_')
  return Object.fromEntries(
    Object.entries(settings.userEnv).filter(([name]) => isPassedTo(service, name) && !isForeign(name)),
  )
}

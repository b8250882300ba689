import { join } from 'node:path'
import { demoAccounts, demoPassword } from './accounts.ts'
import { isPassedTo, isSurrounding } from './passed-variables.ts'
import { postgresDirectory } from './postgres-files.ts'
import { root } from './repository.ts'
import type { Secrets } from './secrets.ts'
import { portVariable, type Service } from './services.ts'
import { databaseVariable, hasDatabase, portOf, type Settings } from './settings.ts'

/** The variables of a process. */
export type Environment = Record<string, string>

/** Names the embedded pool is known by. Fixed, so that examples and tools keep working after a reset. */
export const embeddedPool = { poolId: 'eu-west-1_Tikitu', clientId: 'tikitu0embedded0client0000' } as const

/** What a service gets to know: where everything is, and the secrets that are its own, and no other's. */
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
    ...givenTo(settings, service),
  }
}

/** What the embedded Postgres needs. */
export function postgresEnvironment(settings: Settings, secrets: Secrets): Environment {
  return {
    ...inherited(settings),
    TIKITU_POSTGRES_DIRECTORY: postgresDirectory(settings.stateDir),
    TIKITU_POSTGRES_PORT: String(portOf(settings, 'postgres')),
    TIKITU_POSTGRES_PASSWORD: secrets('postgres'),
  }
}

/** What the embedded Cognito needs: it mails its codes. */
export function cognitoPartEnvironment(settings: Settings): Environment {
  return {
    ...inherited(settings),
    ...cognitoEnvironment(settings),
    TIKITU_COGNITO_DIRECTORY: join(settings.stateDir, 'cognito'),
    TIKITU_COGNITO_PORT: String(portOf(settings, 'cognito')),
    TIKITU_COGNITO_ENDPOINT: cognitoEndpoint(settings),
    ...mailEnvironment(settings),
  }
}

/** What the embedded mailbox needs. */
export function mailboxEnvironment(settings: Settings): Environment {
  return {
    ...inherited(settings),
    TIKITU_MAILBOX_DIRECTORY: join(settings.stateDir, 'mail'),
    TIKITU_SMTP_PORT: String(portOf(settings, 'smtp')),
    TIKITU_MAILBOX_PORT: String(portOf(settings, 'mailbox')),
  }
}

/** The URL by which a service opens its database. */
export function databaseUrl(settings: Settings, secrets: Secrets, service: Service): string {
  const password = encodeURIComponent(secrets(`${service.name} role`))
  const given = settings.given[databaseVariable(service)]
  return given ?? `postgres://${service.name}:${password}@127.0.0.1:${portOf(settings, 'postgres')}/${service.name}`
}

/** Where the processes of this machine reach a service. */
export function serviceUrl(settings: Settings, service: Service): string {
  return settings.given[`${service.prefix}_SERVICE_URL`] ?? `http://127.0.0.1:${portOf(settings, service.name)}`
}

/** Where the embedded Cognito answers. */
export function cognitoEndpoint(settings: Settings): string {
  return `http://127.0.0.1:${portOf(settings, 'cognito')}`
}

function subgraphEnvironment(settings: Settings, secrets: Secrets, service: Service): Environment {
  return {
    [databaseVariable(service)]: databaseUrl(settings, secrets, service),
    [`${service.prefix}_REQUEST_KEYS`]: requestKeys(secrets, service),
    [`${service.prefix}_SERVICE_KEY_FILE`]: join(settings.stateDir, 'keys', `${service.name}.json`),
    ...(service.name === 'user' ? cognitoEnvironment(settings) : {}),
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
    SMTP_URL: settings.given.SMTP_URL ?? `smtp://127.0.0.1:${portOf(settings, 'smtp')}`,
    MAIL_FROM: settings.given.MAIL_FROM ?? 'Tikitu <tickets@tikitu.example>',
  }
}

/** The AWS SDK asks for credentials even where nobody checks them. */
function cognitoEnvironment(settings: Settings): Environment {
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

/** What any program may need of its surroundings, and nothing that belongs to one of our services. */
function inherited(settings: Settings): Environment {
  return Object.fromEntries(Object.entries(settings.given).filter(([name]) => isSurrounding(name)))
}

/** What of the person's own variables a service reads. Keys to their AWS account are for theirs, not for the embedded Cognito. */
function givenTo(settings: Settings, service: Service): Environment {
  const isForeign = (name: string) => settings.embedded.cognito && service.name === 'user' && name.startsWith('AWS_')
  return Object.fromEntries(
    Object.entries(settings.given).filter(([name]) => isPassedTo(service, name) && !isForeign(name)),
  )
}

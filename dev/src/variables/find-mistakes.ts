import { port, postgresUrl } from '@tikitu/kit/base/env'
import { portVariable } from '../stack/services.ts'
import { databaseVariable, embeddedServices, hasDatabase, neededPorts, type Settings } from '../stack/settings.ts'

/**
 * Mistakes in the variables that the runner itself reads: one line each, beginning with the variable's name, without values that may
 * contain a password.
 */
export function findMistakes(settings: Settings): string[] {
  const wrongPorts = findWrongPorts(settings)
  return [
    ...wrongPorts,
    ...(wrongPorts.length === 0 ? findSharedPorts(settings) : []),
    ...findWrongDatabases(settings),
    ...findMissingClient(settings),
  ]
}

function findWrongPorts({ userEnv, services }: Settings): string[] {
  const variables = [...embeddedServices.map(({ variable }) => variable), ...services.map(portVariable)]
  return variables.flatMap((variable) => {
    const text = userEnv[variable]
    if (text === undefined || port.safeParse(text).success) return []
    return `${variable}: ${JSON.stringify(text)} is not a port: a whole number from 1 to 65535`
  })
}

/** Ports of two processes. Ports chosen by the caller are not checked: no variable sets them. */
function findSharedPorts(settings: Settings): string[] {
  const needed = neededPorts(settings)
  return needed.flatMap(({ name, port: shared, variable }, index) => {
    const other = needed.slice(0, index).find((earlier) => earlier.port === shared)
    if (!other) return []
    return `${variable}: ${shared} is the port of ${name} and of ${other.name} (${other.variable}). Change one of them`
  })
}

function findWrongDatabases({ userEnv, services }: Settings): string[] {
  const variables = services.filter(hasDatabase).map(databaseVariable)
  return variables.flatMap((variable) => {
    const text = userEnv[variable]
    if (text === undefined || (postgresUrl.safeParse(text).success && URL.canParse(text))) return []
    return `${variable}: is not a database URL such as postgres://user:password@host:5432/name`
  })
}

function findMissingClient({ userEnv }: Settings): string[] {
  if (!userEnv.AWS_COGNITO_USER_POOL_ID || userEnv.AWS_COGNITO_CLIENT_ID) return []
  return ['AWS_COGNITO_CLIENT_ID: is missing; it is required with AWS_COGNITO_USER_POOL_ID']
}

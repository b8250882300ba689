import { port, postgresUrl } from '@tikitu/kit/base/env'
import { portVariable } from '../services.ts'
import { databaseVariable, hasDatabase, neededPorts, parts, type Settings } from '../settings.ts'

/**
 * What cannot be right in the variables that the runner itself reads, a line each that begins with the variable's name. No line
 * repeats a value that may hold a password.
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

function findWrongPorts({ given, services }: Settings): string[] {
  const variables = [...parts.map(({ variable }) => variable), ...services.map(portVariable)]
  return variables.flatMap((variable) => {
    const text = given[variable]
    if (text === undefined || port.safeParse(text).success) return []
    return `${variable}: ${JSON.stringify(text)} is no port; a port is a whole number from 1 to 65535`
  })
}

/** A port may belong to one process only. Those that the caller chose are not looked at: no variable moves them. */
function findSharedPorts(settings: Settings): string[] {
  const needed = neededPorts(settings)
  return needed.flatMap(({ name, port: wanted, variable }, index) => {
    const other = needed.slice(0, index).find((earlier) => earlier.port === wanted)
    if (!other) return []
    return `${variable}: ${wanted} is the port of ${name} and of ${other.name} (${other.variable}); give one of them another`
  })
}

function findWrongDatabases({ given, services }: Settings): string[] {
  const variables = services.filter(hasDatabase).map(databaseVariable)
  return variables.flatMap((variable) => {
    const text = given[variable]
    if (text === undefined || (postgresUrl.safeParse(text).success && URL.canParse(text))) return []
    return `${variable}: is no address of a database, such as postgres://user:password@host:5432/name`
  })
}

function findMissingClient({ given }: Settings): string[] {
  if (!given.AWS_COGNITO_USER_POOL_ID || given.AWS_COGNITO_CLIENT_ID) return []
  return [
    'AWS_COGNITO_CLIENT_ID: is missing; AWS_COGNITO_USER_POOL_ID is set, so the id of its app client is needed too',
  ]
}

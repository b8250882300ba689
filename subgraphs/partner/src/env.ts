import { readServiceEnv } from '@tikitu/kit/service/service-env'
import { servicePorts } from '@tikitu/schema/services'

/** Everything this process reads from its environment. Exits with a list of mistakes when it is invalid. */
export function readEnv() {
  return readServiceEnv('partner', servicePorts, {})
}

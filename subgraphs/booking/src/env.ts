import { readEnvOrExit } from '@tikitu/kit/env'
import { serviceEnv, serviceEnvShape, serviceUrlShape } from '@tikitu/kit/service-env'

const others = { admin: 3001, partner: 3002, payment: 3003, notification: 3004, user: 3006 }

/** Everything this process reads from its environment. Ends the process with a list of mistakes when it is not usable. */
export function readBookingEnv() {
  const values = readEnvOrExit({ ...serviceEnvShape('booking', 3005), ...serviceUrlShape(others) })
  return {
    ...serviceEnv('booking', values),
    urlOf: (service: string) => String(values[`${service.toUpperCase()}_SERVICE_URL`]),
  }
}

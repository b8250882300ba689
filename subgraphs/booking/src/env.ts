import { readServiceEnv } from '@tikitu/kit/service/service-env'
import { servicePorts } from '@tikitu/schema/services'
import { fileKeys } from '@tikitu/storage/file-env'

const own = {
  BOOKING_FILE_KEYS: fileKeys,
}

/** Everything this process reads from its environment. Ends the process with a list of mistakes when it is invalid. */
export function readEnv() {
  return readServiceEnv('booking', servicePorts, own)
}

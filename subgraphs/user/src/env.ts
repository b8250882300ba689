import { httpUrl } from '@tikitu/kit/base/env'
import { readServiceEnv } from '@tikitu/kit/service/service-env'
import { servicePorts } from '@tikitu/schema/services'
import { z } from 'zod'

/** Everything this process reads from its environment. Ends the process with a list of mistakes when it is invalid. */
export function readEnv() {
  return readServiceEnv('user', servicePorts, {
    AWS_REGION: z.string({ error: 'is required: the region of the user pool, such as eu-west-1' }),
    AWS_COGNITO_USER_POOL_ID: z.string({ error: 'is required: the user pool, such as eu-west-1_AbCdEfGhI' }),
    AWS_COGNITO_CLIENT_ID: z.string({ error: 'is required: the app client for sign-in' }).transform(firstOf),
    AWS_COGNITO_CLIENT_SECRET: z.string().optional(),
    AWS_COGNITO_ENDPOINT: httpUrl.optional(),
    USER_ACCOUNT_CHECKS_PER_SECOND: z.coerce.number().int().min(0).default(50),
  })
}

/** The gateway reads the same variable, as the list of all app clients whose tokens it accepts: the first one is for sign-in here. */
function firstOf(list: string): string {
  return list.split(',')[0]?.trim() ?? ''
}

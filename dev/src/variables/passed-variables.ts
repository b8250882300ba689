import type { Service } from '../stack/services.ts'

/** Variables that any program may need. */
const systemVariables = new Set(
  `PATH HOME USER TMPDIR TEMP TMP SystemRoot LANG LC_ALL TZ NO_COLOR FORCE_COLOR NODE_OPTIONS NODE_EXTRA_CA_CERTS VSCODE_INSPECTOR_OPTIONS
   HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy LD_LIBRARY_PATH`.split(/\s+/),
)

/** Variables that every service reads. */
const commonVariables = /^(NODE_ENV|LOG_LEVEL|HOST|HOST_NAMES|PUBLIC_URL|DEVELOPMENT_BEYOND_LOOPBACK|SERVICE_[A-Z_]+)$/

/** Variables that a service reads besides those with its own prefix. */
const variablesByService: Readonly<Record<string, RegExp>> = {
  gateway: /^(GATEWAY_.+|.+_REQUEST_KEYS|REDIS_URL|AWS_REGION|AWS_COGNITO_(?!CLIENT_SECRET).+)$/,
  user: /^AWS_.+$/,
  notification: /^(AWS_(?!COGNITO_).+|(MAIL|SMTP|SES|SNS|SMS)_.+|WEB_URL)$/,
  partner: /^AWS_(?!COGNITO_).+$/,
  payment: /^SANDBOX_.+$/,
}

/** Whether a variable of the user's shell is passed to every process. */
export function isSystemVariable(name: string): boolean {
  return systemVariables.has(name)
}

/** Whether a variable of the user's shell or `.env` is passed to a service: only those that it reads. */
export function isPassedTo(service: Service, name: string): boolean {
  const isOwn = name.startsWith(`${service.prefix}_`) || /_SERVICE_URL$/.test(name)
  return isOwn || isSystemVariable(name) || commonVariables.test(name) || !!variablesByService[service.name]?.test(name)
}

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * The headers of every page besides its content security policy. A shop with an https address makes browsers use no
 * other (RFC 6797), here because not every ingress controller can be configured to.
 */
export function securityHeaders(publicOrigin: string | undefined): Record<string, string> {
  return {
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), browsing-topics=()',
    ...(publicOrigin?.startsWith('https://') && {
      'strict-transport-security': `max-age=${ONE_YEAR_SECONDS}`,
    }),
  };
}

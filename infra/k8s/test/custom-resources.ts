// Types of the custom resources that the components use. They have only the fields in use, so a typo is an error.
type Meta = { name: string; namespace?: string; labels?: Record<string, string> };

export type Gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1';
  kind: 'Gateway';
  metadata: Meta;
  spec: {
    gatewayClassName: string;
    listeners: {
      name: string;
      protocol: 'HTTP' | 'HTTPS';
      port: number;
      hostname?: string;
      tls?: { mode?: 'Terminate'; certificateRefs: { name: string }[] };
      allowedRoutes?: { namespaces: { from: 'Same' | 'All' } };
    }[];
  };
};

export type HttpRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1';
  kind: 'HTTPRoute';
  metadata: Meta;
  spec: {
    parentRefs: { name: string; sectionName?: string }[];
    hostnames?: string[];
    rules: {
      matches: { path: { type: 'PathPrefix' | 'Exact'; value: string } }[];
      filters?: (
        | {
            type: 'ResponseHeaderModifier';
            responseHeaderModifier: { set: { name: string; value: string }[] };
          }
        | { type: 'RequestRedirect'; requestRedirect: { scheme: 'https'; statusCode: 301 } }
      )[];
      backendRefs?: { name: string; port: number; weight?: number }[];
    }[];
  };
};

export type Certificate = {
  apiVersion: 'cert-manager.io/v1';
  kind: 'Certificate';
  metadata: Meta;
  spec: {
    secretName: string;
    commonName?: string;
    dnsNames?: string[];
    isCA?: boolean;
    duration: string;
    renewBefore: string;
    privateKey: { algorithm: 'ECDSA'; size: 256; rotationPolicy?: 'Always' };
    usages: ('digital signature' | 'server auth' | 'cert sign' | 'crl sign')[];
    issuerRef: { kind: 'Issuer' | 'ClusterIssuer'; name: string };
    additionalOutputFormats?: { type: 'CombinedPEM' | 'DER' }[];
  };
};

/** @public: strict-types.ts imports it by name. */
export type Issuer = {
  apiVersion: 'cert-manager.io/v1';
  kind: 'Issuer';
  metadata: Meta;
  spec: { selfSigned: Record<string, never> } | { ca: { secretName: string } };
};

/** @public: strict-types.ts imports it by name. */
export type ServiceMonitor = {
  apiVersion: 'monitoring.coreos.com/v1';
  kind: 'ServiceMonitor';
  metadata: Meta;
  spec: {
    jobLabel?: string;
    selector: {
      matchLabels?: Record<string, string>;
      matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists'; values?: string[] }[];
    };
    endpoints: { port: string; path?: string; interval?: string }[];
  };
};

/** @public: strict-types.ts imports it by name. */
export type PrometheusRule = {
  apiVersion: 'monitoring.coreos.com/v1';
  kind: 'PrometheusRule';
  metadata: Meta;
  spec: {
    groups: {
      name: string;
      rules: (
        | {
            alert: string;
            expr: string;
            for?: string;
            labels: { severity: 'page' | 'ticket' };
            annotations: { summary: string; runbook_url: string };
          }
        | { record: string; expr: string; labels?: Record<string, string> }
      )[];
    }[];
  };
};

/** @public: strict-types.ts imports it by name. */
export type ExternalSecret = {
  apiVersion: 'external-secrets.io/v1';
  kind: 'ExternalSecret';
  metadata: Meta;
  spec: {
    refreshInterval: string;
    secretStoreRef: { kind: 'ClusterSecretStore' | 'SecretStore'; name: string };
    target: { name: string };
    data: { secretKey: string; remoteRef: { key: string; property: string } }[];
  };
};

// Records the spans of a program and sends them to OTEL_EXPORTER_OTLP_ENDPOINT (OTLP over HTTP, JSON). For `node --import`,
// before the program: without it, the OpenTelemetry API records nothing.
import { propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

// The SDK's own default records everything.
if (!process.env.OTEL_TRACES_SAMPLER) {
  process.env.OTEL_TRACES_SAMPLER = 'parentbased_traceidratio';
  process.env.OTEL_TRACES_SAMPLER_ARG ||= '0.01';
}

const provider = new NodeTracerProvider({
  resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
// Not `provider.register()`: common has a context manager of its own.
trace.setGlobalTracerProvider(provider);
propagation.setGlobalPropagator(new W3CTraceContextPropagator()); // for the emulator of Stripe

// A service ends by closing everything, and its last spans are still in the batch.
process.once('beforeExit', () => void provider.shutdown());

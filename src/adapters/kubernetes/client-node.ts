/** What is used of @kubernetes/client-node, loaded when it is first needed; a bundle leaves out the rest. */
export {
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  PatchStrategy,
  RequestContext,
  ResponseContext,
  ServerConfiguration,
  setHeaderOptions,
  wrapHttpLibrary,
} from '@kubernetes/client-node';

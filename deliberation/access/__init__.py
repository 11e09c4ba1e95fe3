"""登录: letters, bindings, keys and sessions. Facts are in the log; secrets and sessions lie beside it and can be erased."""

complete --keep-order --exclusive --command albctl --arguments "(ALBCTL_COMPLETE=fish albctl -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"

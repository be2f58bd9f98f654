
set edit:completion:arg-completer[albctl] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) ALBCTL_COMPLETE="elvish" albctl -- $@words) | to-lines
}


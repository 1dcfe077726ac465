#!/usr/bin/env nextflow
// Greets in four languages, one task each, and collects the greetings in one more.

params.outdir = 'results'
params.seconds = 5
// Nextflow's task pods need bash, coreutils and ps, which its own image has.
params.container = 'nextflow/nextflow:25.10.2'

process GREET {
    tag "$greeting"
    container params.container

    input:
    val greeting

    output:
    path 'greeting.txt'

    script:
    """
    sleep ${params.seconds}
    echo '$greeting world' > greeting.txt
    """
}

process COLLECT {
    container params.container
    publishDir params.outdir, mode: 'copy'

    input:
    path 'greeting*.txt'

    output:
    path 'greetings.txt'

    script:
    """
    cat greeting*.txt | sort > greetings.txt
    """
}

workflow {
    greetings = channel.of('Hello', 'Hallo', 'Ciao', 'Bonjour')
    COLLECT(GREET(greetings).collect())
}

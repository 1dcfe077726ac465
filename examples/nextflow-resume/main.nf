#!/usr/bin/env nextflow
// Counts in parts, and fails when the total is less than it should be; a resumed run keeps the parts.

process COUNT {
    tag "part $part"

    input:
    val part

    output:
    path 'count.txt'

    script:
    """
    sleep 2
    echo $part > count.txt
    """
}

process TOTAL {
    publishDir params.outdir, mode: 'copy'

    input:
    path 'count*.txt'

    output:
    path 'total.txt'

    script:
    """
    total=0
    for count in \$(cat count*.txt); do total=\$((total + count)); done
    if [ \$total -lt ${params.at_least} ]; then
        echo "The total is \$total, and at_least is ${params.at_least}: resume this run with a smaller at_least." >&2
        exit 3
    fi
    echo \$total > total.txt
    """
}

workflow {
    TOTAL(COUNT(channel.of(1..params.parts)).collect())
}

#!/usr/bin/env nextflow
// One task per sample and step, a task that gets more memory with its second try, a failure that is ignored, a summary of all.

include { MAKE; SORT } from './modules/numbers.nf'
include { QUALITY; SUMMARY } from './modules/report.nf'

workflow {
    MAKE(channel.fromList(params.samples))
    SORT(MAKE.out)
    QUALITY(MAKE.out)
    SUMMARY(SORT.out.collect(), QUALITY.out.collect().ifEmpty([]))
}

"""Every fault that the machines know, alone and in pairs, in a centre at work: is it seen, survived, over again?"""

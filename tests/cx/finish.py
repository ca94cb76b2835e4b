import re,sys
for f in sys.argv[1:]:
    s=open(f).read()
    i=s.find("int\nmain(void)")
    if i>=0: s=s[:i]
    names=re.findall(r"START_TEST\((\w+)\)",s)
    n=f[5:-2]
    s=s.rstrip()+"\n\nint\nmain(void)\n{\n\treturn RUN(\"cx/"+n+"\", fx_open, fx_close, "+", ".join(names)+");\n}\n"
    open(f,'w').write(s)

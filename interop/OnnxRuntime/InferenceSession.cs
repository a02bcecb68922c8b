using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A model, ready to run. Several threads may run one session at once.</summary>
public sealed unsafe class InferenceSession : IDisposable
{
    private readonly Session _session;
    private readonly Dictionary<string, byte[]> _names = [];

    /// <summary>Loads a model from a file.</summary>
    /// <exception cref="OnnxRuntimeException">Not a model, or one that the runtime does not know how to run.</exception>
    public InferenceSession(string modelPath, SessionOptions options)
    {
        nint session;
        using var env = new OrtHandle(OrtEnv.Instance());
        using var with = new OrtHandle(options);
        fixed (byte* path = OrtLibrary.Utf8(modelPath)) OrtLibrary.Check(OrtLibrary.Api->CreateSession(env.Pointer, path, with.Pointer, &session));
        _session = new Session(session);
        (InputMetadata, OutputMetadata, ModelMetadata) = Describe();
    }

    /// <summary>Loads a model from memory, which it does not keep.</summary>
    /// <inheritdoc cref="InferenceSession(string, SessionOptions)"/>
    public InferenceSession(byte[] model, SessionOptions options)
    {
        nint session;
        using var env = new OrtHandle(OrtEnv.Instance());
        using var with = new OrtHandle(options);
        fixed (byte* bytes = model) OrtLibrary.Check(OrtLibrary.Api->CreateSessionFromArray(env.Pointer, bytes, (nuint)model.Length, with.Pointer, &session));
        _session = new Session(session);
        (InputMetadata, OutputMetadata, ModelMetadata) = Describe();
    }

    /// <summary>The inputs that a run must be given, by name, in the model's order.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> InputMetadata { get; }

    /// <summary>The outputs that a run can give, by name, in the model's order.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> OutputMetadata { get; }

    /// <summary>What the model says of itself.</summary>
    public ModelMetadata ModelMetadata { get; }

    /// <summary>The inputs' names in the model's order.</summary>
    public IReadOnlyList<string> InputNames => [.. InputMetadata.Keys];

    /// <summary>The outputs' names in the model's order.</summary>
    public IReadOnlyList<string> OutputNames => [.. OutputMetadata.Keys];

    /// <summary>Computes the outputs that are named.</summary>
    /// <param name="runOptions">May be shared by several runs.</param>
    /// <param name="inputs">By name.</param>
    /// <param name="outputNames">One or more of <see cref="OutputNames"/>.</param>
    /// <returns>As many tensors as names, in their order; disposing the collection disposes them.</returns>
    /// <exception cref="OnnxRuntimeException">A wrong name, shape or type; a failing node; or <see cref="RunOptions.Terminate"/> was set.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(RunOptions runOptions, IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputNames)
        => Run(runOptions, [.. inputs.Keys], [.. inputs.Values], outputNames);

    /// <inheritdoc cref="Run(RunOptions, IReadOnlyDictionary{string, OrtValue}, IReadOnlyCollection{string})"/>
    public IDisposableReadOnlyCollection<OrtValue> Run(RunOptions runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues, IReadOnlyCollection<string> outputNames)
    {
        if (inputNames.Count != inputValues.Count) throw new ArgumentException($"{inputNames.Count} names were given for {inputValues.Count} inputs.", nameof(inputValues));
        using var session = new OrtHandle(_session);
        using var options = new OrtHandle(runOptions);
        GCHandle[] names = [.. inputNames.Concat(outputNames).Select(Pinned)];
        var handles = inputValues.ToArray();
        var (held, outputs) = (0, new nint[outputNames.Count]);
        try
        {
            var inputs = new nint[handles.Length];
            for (; held < handles.Length; held++)
            {
                var added = false;
                handles[held].DangerousAddRef(ref added);
                inputs[held] = handles[held].DangerousGetHandle();
            }
            nint[] addresses = [.. names.Select(n => n.AddrOfPinnedObject())];
            fixed (nint* name = addresses, input = inputs, output = outputs)
                OrtLibrary.Check(OrtLibrary.Api->Run(session.Pointer, options.Pointer, (byte**)name, input, (nuint)inputs.Length, (byte**)(name + inputs.Length), (nuint)outputs.Length, output));
            return new OrtValues([.. outputs.Select(o => new OrtValue(o))]);
        }
        finally
        {
            while (held > 0) handles[--held].DangerousRelease();
            foreach (var name in names) name.Free();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private GCHandle Pinned(string name) => GCHandle.Alloc(_names.TryGetValue(name, out var known) ? known : OrtLibrary.Utf8(name), GCHandleType.Pinned);

    private (Dictionary<string, NodeMetadata> Inputs, Dictionary<string, NodeMetadata> Outputs, ModelMetadata Model) Describe()
    {
        try
        {
            using var session = new OrtHandle(_session);
            var api = OrtLibrary.Api;
            nuint inputs, outputs;
            nint metadata;
            OrtLibrary.Check(api->SessionGetInputCount(session.Pointer, &inputs));
            OrtLibrary.Check(api->SessionGetOutputCount(session.Pointer, &outputs));
            OrtLibrary.Check(api->SessionGetModelMetadata(session.Pointer, &metadata));
            var described = (Nodes(session.Pointer, inputs, api->SessionGetInputName, api->SessionGetInputTypeInfo), Nodes(session.Pointer, outputs, api->SessionGetOutputName, api->SessionGetOutputTypeInfo), new ModelMetadata(metadata));
            api->ReleaseModelMetadata(metadata);
            return described;
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    private Dictionary<string, NodeMetadata> Nodes(
        nint session, nuint count, delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint> getName, delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> getType)
    {
        var nodes = new Dictionary<string, NodeMetadata>();
        for (nuint i = 0; i < count; i++)
        {
            byte* text;
            nint type;
            OrtLibrary.Check(getName(session, i, OrtLibrary.DefaultAllocator(), &text));
            OrtLibrary.Check(getType(session, i, &type));
            var name = OrtLibrary.TakeText(text);
            _names[name] = OrtLibrary.Utf8(name);
            try
            {
                nodes[name] = new NodeMetadata(type);
            }
            finally
            {
                OrtLibrary.Api->ReleaseTypeInfo(type);
            }
        }
        return nodes;
    }

    private sealed class Session : SafeHandle
    {
        internal Session(nint session) : base(0, ownsHandle: true) => SetHandle(session);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            OrtLibrary.Api->ReleaseSession(handle);
            return true;
        }
    }
}

using System.Reflection;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A named tree of parameters, buffers and submodules, in registration order.</summary>
        public class Module : IDisposable
        {
            private readonly string _name;
            private readonly Dictionary<string, Module> _modules = [];
            private readonly Dictionary<string, Modules.Parameter> _parameters = [];
            private readonly Dictionary<string, (Tensor Tensor, bool Persistent)> _buffers = [];

            protected Module(string name) => _name = name;

            public bool training { get; private set; } = true;

            public string GetName() => _name;

            public void register_module(string name, Module submodule) => _modules[name] = submodule;

            public void register_parameter(string name, Modules.Parameter? param)
            {
                if (param is null) return;
                param.DetachFromDisposeScope();
                _parameters[name] = param;
            }

            public void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                tensor.DetachFromDisposeScope();
                _buffers[name] = (tensor, persistent);
            }

            /// <summary>Registers the fields that hold modules, parameters and tensors, base classes first.</summary>
            protected virtual void RegisterComponents()
            {
                var types = new Stack<Type>();
                for (var t = GetType(); t is not null && t != typeof(Module); t = t.BaseType) types.Push(t);
                foreach (var field in types.SelectMany(t => t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)))
                {
                    if (field.Name.StartsWith('<')) continue;
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(field.Name, module); break;
                        case Modules.Parameter parameter: register_parameter(field.Name, parameter); break;
                        case Tensor tensor: register_buffer(field.Name, tensor); break;
                    }
                }
            }

            public IEnumerable<(string name, Module module)> named_children() => _modules.Select(m => (m.Key, m.Value));

            public IEnumerable<Module> children() => _modules.Values;

            public IEnumerable<Module> modules() => _modules.Values.SelectMany(m => m.modules()).Prepend(this);

            public IEnumerable<(string name, Modules.Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameters) yield return (name, parameter);
                if (!recurse) yield break;
                foreach (var (prefix, module) in _modules)
                    foreach (var (name, parameter) in module.named_parameters()) yield return ($"{prefix}.{name}", parameter);
            }

            public IEnumerable<Modules.Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true)
            {
                foreach (var (name, buffer) in _buffers) yield return (name, buffer.Tensor);
                if (!recurse) yield break;
                foreach (var (prefix, module) in _modules)
                    foreach (var (name, buffer) in module.named_buffers()) yield return ($"{prefix}.{name}", buffer);
            }

            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var head = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in _parameters) destination[head + name] = parameter;
                foreach (var (name, buffer) in _buffers.Where(b => b.Value.Persistent)) destination[head + name] = buffer.Tensor;
                foreach (var (name, module) in _modules) module.state_dict(destination, head + name);
                return destination;
            }

            public virtual void train(bool on = true)
            {
                training = on;
                foreach (var module in _modules.Values) module.train(on);
            }

            public void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (set_to_none) parameter.grad = null;
                    else
                    {
                        using var g = parameter.grad;
                        using var zeroed = g?.zero_();
                    }
                }
            }

            internal Module Convert(Func<Tensor, Tensor> convert)
            {
                foreach (var (name, parameter) in _parameters.ToList())
                {
                    using var guard = no_grad();
                    var moved = new Modules.Parameter(convert(parameter), parameter.requires_grad);
                    if (ReferenceEquals(moved, parameter)) continue;
                    Replace(name, parameter, moved);
                    register_parameter(name, moved);
                }
                foreach (var (name, buffer) in _buffers.ToList()) register_buffer(name, convert(buffer.Tensor), buffer.Persistent);
                foreach (var module in _modules.Values) module.Convert(convert);
                return this;
            }

            private protected virtual void Replace(string name, Modules.Parameter from, Modules.Parameter to)
            {
                for (var t = GetType(); t is not null && t != typeof(Module); t = t.BaseType)
                    foreach (var field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                        if (ReferenceEquals(field.GetValue(this), from)) field.SetValue(this, to);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var parameter in _parameters.Values) parameter.Dispose();
                foreach (var (tensor, _) in _buffers.Values) tensor.Dispose();
                foreach (var module in _modules.Values) module.Dispose();
            }
        }

        /// <summary>Takes a hook off again.</summary>
        public sealed class HookRemover(Action undo)
        {
            public void remove() => undo();
        }

        public abstract class Module<T, TResult>(string name) : Module(name)
        {
            private readonly List<Func<Module<T, TResult>, T, TResult, TResult>> _hooks = [];

            public abstract TResult forward(T input);

            public TResult call(T input)
            {
                var result = forward(input);
                foreach (var hook in _hooks) result = hook(this, input, result);
                return result;
            }

            /// <summary>Has <see cref="call"/> return what <paramref name="hook"/> makes of (module, input, output).</summary>
            public HookRemover register_forward_hook(Func<Module<T, TResult>, T, TResult, TResult> hook)
            {
                _hooks.Add(hook);
                return new HookRemover(() => _hooks.Remove(hook));
            }
        }

        public abstract class Module<T1, T2, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }

        public abstract class Module<T1, T2, T3, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T1 input1, T2 input2, T3 input3);

            public TResult call(T1 input1, T2 input2, T3 input3) => forward(input1, input2, input3);
        }
    }
}

public static class ModuleExtensions
{
    public static T to<T>(this T module, torch.Device device) where T : torch.nn.Module => (T)module.Convert(t => t.to(device));

    public static T to<T>(this T module, torch.ScalarType type) where T : torch.nn.Module => (T)module.Convert(t => t.to(type));
}

using System.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Playground.Client.Contracts;

namespace Playground.Server.Hosting;

/// <summary>
/// A contract of the pages, behind a check of who calls: pages call it in process, past every endpoint's policy. What a method needs is
/// said by <see cref="NeedsAttribute"/>; what says nothing is for administrators.
/// </summary>
public class Guarded : DispatchProxy
{
    private object _inner = null!;
    private Caller _caller = null!;
    private IAuditLog? _audit;

    internal static TContract Of<TContract>(TContract inner, Caller caller, IAuditLog? audit) where TContract : class
    {
        var contract = Create<TContract, Guarded>();
        var guarded = (Guarded)(object)contract;
        (guarded._inner, guarded._caller, guarded._audit) = (inner, caller, audit);
        return contract;
    }

    /// <summary>What a contract's method needs; null where nothing says it.</summary>
    internal static NeedsAttribute? NeedsOf(MethodInfo method)
        => method.GetCustomAttribute<NeedsAttribute>()
            ?? method.DeclaringType!.GetProperties().FirstOrDefault(p => p.GetMethod == method)?.GetCustomAttribute<NeedsAttribute>()
            ?? method.DeclaringType.GetCustomAttribute<NeedsAttribute>();

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var needs = NeedsOf(targetMethod!);
        _caller.Demand(needs?.Permission ?? Permission.Administer);
        var result = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (needs?.Audit is not { } action || _audit is null || result is not Task task) return result;
        var target = args?[0]?.ToString();
        return targetMethod.ReturnType is { IsGenericType: true } type
            ? s_record.MakeGenericMethod(type.GenericTypeArguments[0]).Invoke(this, [task, action, target])
            : RecordAsync(task, action, target);
    }

    private static readonly MethodInfo s_record = typeof(Guarded).GetMethod(nameof(RecordResultAsync),
        BindingFlags.Instance | BindingFlags.NonPublic)!;

    private async Task RecordAsync(Task task, string action, string? target)
    {
        await task;
        await _audit!.RecordAsync(action, target);
    }

    // Null and false say that there was nothing to do it to.
    private async Task<T> RecordResultAsync<T>(Task<T> task, string action, string? target)
    {
        var result = await task;
        if (result is not (null or false)) await _audit!.RecordAsync(action, target);
        return result;
    }
}

internal static class Contracts
{
    /// <summary>A contract of the pages and who keeps it; whoever asks for the contract gets it behind its check.</summary>
    public static void AddContract<TContract, TImplementation>(this IServiceCollection services)
        where TContract : class where TImplementation : class, TContract
    {
        services.TryAddSingleton<Caller>();
        services.AddSingleton<TImplementation>();
        services.AddSingleton(s => Guarded.Of<TContract>(s.GetRequiredService<TImplementation>(), s.GetRequiredService<Caller>(),
            s.GetService<IAuditLog>()));
    }
}

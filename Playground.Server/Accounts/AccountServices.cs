using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Accounts;

/// <summary>Accounts in the host's container.</summary>
internal static class AccountServices
{
    // OWASP's figure for PBKDF2 with SHA-512.
    private const int Iterations = 210_000;

    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddValidatedOptions<AccountOptions>(AccountOptions.Section);
        services.AddSchemes();
        services.AddScoped(s => s.GetRequiredService<Database>().CreateContext());
        services.AddIdentityCore<Account>(o =>
        {
            o.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            // PasswordRules has them all.
            (o.Password.RequiredLength, o.Password.RequiredUniqueChars) = (1, 1);
            o.Password.RequireDigit = o.Password.RequireLowercase = o.Password.RequireUppercase = o.Password.RequireNonAlphanumeric = false;
        }).AddEntityFrameworkStores<PlaygroundDb>().AddSignInManager<AccountSignIn>().AddPasswordValidator<PasswordRules>();
        services.AddScoped(s => (AccountSignIn)s.GetRequiredService<SignInManager<Account>>());
        // Identity's own rule knows Latin letters only.
        services.RemoveAllOf<IUserValidator<Account>>();
        services.AddScoped<IUserValidator<Account>, NameRules>();
        services.AddScoped<IUserClaimsPrincipalFactory<Account>, AccountClaims>();
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = Iterations);
        services.AddOptions<IdentityOptions>().Configure<IOptions<AccountOptions>>((o, own)
            => (o.Lockout.MaxFailedAccessAttempts, o.Lockout.DefaultLockoutTimeSpan) = (own.Value.MaxFailures, own.Value.LockOut));
        services.Configure<IdentityPasskeyOptions>(o => o.UserVerificationRequirement = "preferred");
        services.AddSingleton<AccountStates>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAuditLog>(s => s.GetRequiredService<AuditLog>());
        services.AddSingleton<IQuotas, Quotas>();
        services.AddSingleton<Connections>();
        services.AddScoped<AccountService>();
        services.AddScoped<IAccounts>(s => s.GetRequiredService<AccountService>());
        services.AddContract<IAccountAdministration, AccountAdministration>();
        services.AddScoped<CircuitHandler, CircuitCaller>();
        services.AddCascadingAuthenticationState();
        services.AddHostedService<FirstAdministrator>();
        services.Configure<HubOptions>(o => o.AddFilter<Connections>());
    }

    private static void RemoveAllOf<T>(this IServiceCollection services)
    {
        foreach (var service in services.Where(s => s.ServiceType == typeof(T)).ToList()) services.Remove(service);
    }
}

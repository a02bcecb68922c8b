using Microsoft.AspNetCore.Localization;
using MudBlazor;
using Playground.Client.Resources;

namespace Playground.Server.Hosting;

/// <summary>In which language pages are sent: the visitor's own choice, kept in a cookie, or else the first that their browser asks for
/// and there is.</summary>
internal static class PageLanguages
{
    public static void AddPageLanguages(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddTransient<MudLocalizer, MudTextLocalizer>();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(Languages.Default.Culture);
            options.SupportedCultures = options.SupportedUICultures = [.. Languages.All.Select(l => l.Culture)];
            options.RequestCultureProviders =
                [new CookieRequestCultureProvider { CookieName = "language" }, new CustomRequestCultureProvider(Asked)];
            options.ApplyCurrentCultureToResponseHeaders = true;
        });
    }

    // Any Chinese is answered in ours, which the framework's own way, through parent cultures, does for some tags only.
    private static Task<ProviderCultureResult?> Asked(HttpContext http)
    {
        var found = http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
            .Select(l => Languages.Find(l.Value.ToString())).FirstOrDefault(l => l is not null);
        return Task.FromResult(found is null ? null : new ProviderCultureResult(found.Code));
    }
}
